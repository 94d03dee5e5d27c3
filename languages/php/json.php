<?php

declare(strict_types=1);

namespace PolyglotLauncher;

/** What PHP can't read or write; the message is for the client. */
final class NoJson extends \Exception
{
}

final class Json
{
    /** PHP's parser reads hardly two thousand levels, and what writes JSON works its way down the stack. */
    private const DEPTH = 1024;
    private const WRITE = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION;
    /** The escape of half a surrogate pair: what else a backslash begins is skipped. */
    private const HALF = '~\\\\(?:ud[89ab]..\\\\ud[c-f]..|[^u]|u(?!d[89a-f])....)(*SKIP)(*FAIL)|\\\\u....~i';

    /** @throws NoJson */
    public static function decode(string $line): array
    {
        $value = json_decode($line, true, self::DEPTH);
        if (json_last_error() === JSON_ERROR_UTF16) {
            // A text of PHP has no way to hold it.
            $value = json_decode(preg_replace(self::HALF, '\ufffd', $line), true, self::DEPTH);
        }
        return $value ?? throw new NoJson("PHP can't read the activation: " . json_last_error_msg() . '.');
    }

    /** @throws NoJson */
    public static function encode(mixed $value, int $more = 0): string
    {
        $json = json_encode($value, self::WRITE | $more, self::DEPTH);
        return $json !== false ? $json : throw new NoJson('The result is not JSON: ' . json_last_error_msg() . '.');
    }
}
