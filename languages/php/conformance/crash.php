<?php
function main(array $args): array
{
    if (isset($args['crash'])) {
        exit(1);
    }
    return $args;
}
