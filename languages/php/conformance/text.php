<?php
function main(array $args)
{
    return 'no object';
}
