<?php
function main(array $args): array
{
    $seen = [];
    foreach ($args['names'] as $name) {
        $seen[$name] = $_ENV[$name] ?? '(unset)';
    }
    return $seen;
}
