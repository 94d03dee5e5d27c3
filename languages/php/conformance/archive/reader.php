<?php
class Reader
{
    public function read(string $name): string
    {
        return file_get_contents($name);
    }
}
