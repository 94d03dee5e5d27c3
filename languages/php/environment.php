<?php

declare(strict_types=1);

namespace PolyglotLauncher;

/** The `__OW_*` variables of the running activation, over the ones that were there after loading. */
final class Environment
{
    private const PREFIX = '__OW_';

    /** @var array<string, string> */
    private array $loaded;
    /** @var array<string, string> */
    private array $given = [];

    public function __construct()
    {
        $isContext = static fn (string $name): bool => str_starts_with($name, self::PREFIX);
        $this->loaded = array_filter(getenv(), $isContext, ARRAY_FILTER_USE_KEY);
    }

    /** @param array $line the activation; each of its keys but `value` is a variable */
    public function enter(array $line): void
    {
        unset($line['value']);
        $given = [];
        foreach ($line as $key => $text) {
            $given[self::PREFIX . strtoupper((string) $key)] = $text;
        }
        foreach (array_diff_key($this->given, $given) as $name => $_) {
            self::set($this->loaded[$name] ?? null, $name);
        }
        array_walk($given, self::set(...));
        $this->given = $given;
    }

    /** Sets it wherever PHP code looks; null removes it. */
    public static function set(?string $text, string $name): void
    {
        if (strpbrk($name, "=\0") !== false || str_contains($text ?? '', "\0")) {
            return; // an environment can't hold it
        }
        putenv($text === null ? $name : "$name=$text");
        if ($text === null) {
            unset($_ENV[$name], $_SERVER[$name]);
        } else {
            $_ENV[$name] = $_SERVER[$name] = $text;
        }
    }
}
