const express = require('express4');
const { express: start } = require('./frameworks.cjs');

start(express);
