import express from 'express';
import { express as start } from './frameworks.cjs';

start(express);
