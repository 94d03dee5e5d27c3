<?php
function main(array $args): array
{
    return ['error' => 'sorry'];
}
