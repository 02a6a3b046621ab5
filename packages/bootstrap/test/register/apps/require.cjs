const express = require('express');

require('express');
require('express')().get('/', () => {});
express();
