<?php
function main(array $args): array
{
    throw new RuntimeException('nooooo');
}
