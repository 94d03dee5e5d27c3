<?php
function main(array $args): array
{
    return ['a', 'b'];
}
