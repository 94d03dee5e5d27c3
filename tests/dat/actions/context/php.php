<?php
function main(array $args): array
{
    $seen = [];
    foreach (['api_host', 'api_key', 'namespace', 'action_name', 'action_version', 'activation_id', 'deadline'] as $name) {
        $seen[$name] = getenv('__OW_' . strtoupper($name));
    }
    return $seen;
}
