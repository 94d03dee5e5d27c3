<?php

declare(strict_types=1);

namespace PolyglotLauncher;

/** What the action prints. It is written at once, and its last line is ended before the launcher writes the next. */
final class Logs
{
    private const AT_ONCE = 1;

    private static bool $isLineOpen = false;

    /** An output buffer that keeps nothing; the action may end it, as many frameworks do with all that they find. */
    public static function follow(): void
    {
        ob_start(self::note(...), self::AT_ONCE);
    }

    /** Writes what the action left in buffers of its own. */
    public static function end(): void
    {
        while (ob_get_level() > 0 && is_string($text = ob_get_flush())) {
            self::note($text);
        }
        if (self::$isLineOpen) {
            self::$isLineOpen = false;
            echo "\n";
        }
    }

    private static function note(string $text): string
    {
        if ($text !== '') {
            self::$isLineOpen = $text[-1] !== "\n";
        }
        return $text;
    }

    /** On stderr, whatever the action did with its STDERR. */
    public static function complain(string $text): void
    {
        @file_put_contents('php://stderr', rtrim($text) . "\n");
    }
}
