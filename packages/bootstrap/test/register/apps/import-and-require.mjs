import { createRequire } from 'node:module';
import express from 'express';

if (createRequire(import.meta.url)('express') !== express) throw new Error('two copies');
