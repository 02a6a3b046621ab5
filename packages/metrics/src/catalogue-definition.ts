export { catalogueDefinition } from '@sightline/conventions';
