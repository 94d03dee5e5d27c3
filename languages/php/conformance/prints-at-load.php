<?php
echo "loaded\n";

function main(array $args): array
{
    return $args;
}
