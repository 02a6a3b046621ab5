import express from 'express4';
import { express as start } from './frameworks.cjs';

start(express);
