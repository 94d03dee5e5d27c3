<?php
require __DIR__ . '/reader.php';

function main(array $args): array
{
    return ['data' => (new Reader())->read('data.txt')];
}
