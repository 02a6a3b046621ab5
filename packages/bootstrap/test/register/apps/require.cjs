const express = require('express');
const again = require('express');

if (again !== express) throw new Error('two copies');
express().get('/', () => {});
