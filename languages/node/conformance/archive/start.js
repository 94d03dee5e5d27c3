const { read } = require('./helper');

exports.main = () => ({ data: read('data.txt') });
