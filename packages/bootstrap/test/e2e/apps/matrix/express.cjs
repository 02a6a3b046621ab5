const express = require('express');
const { express: start } = require('./frameworks.cjs');

start(express);
