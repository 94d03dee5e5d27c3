<?php

declare(strict_types=1);

namespace PolyglotLauncher;

/** What became of an activation, as the launcher wants to be told. */
final class Outcome
{
    /**
     * No object and no array: the launcher refuses it, in the words that PHP actions always had. (Not so null, which the
     * ActionLoop proxy takes for an object.)
     */
    public const NONE = 'false';
    /** The same, and PHP ends. */
    public const END = 'end';

    /** @throws NoJson */
    public static function of(mixed $result): string
    {
        $result ??= [];
        if ($result instanceof \Closure || $result instanceof \Generator || !(is_array($result) || is_object($result))) {
            Logs::complain('The action returned no array and no object of data, but ' . get_debug_type($result) . '.');
            return self::NONE;
        }
        return Json::encode(self::asObject($result));
    }

    /** A failure that the client is told of. */
    public static function failure(string $why): string
    {
        return '!' . self::error($why);
    }

    public static function error(string $why): string
    {
        return Json::encode(['error' => $why], JSON_INVALID_UTF8_SUBSTITUTE);
    }

    /** A list is an object with numbers as keys, as it is with Apache's runtime: to PHP both are arrays. */
    private static function asObject(array|object $result): array|object
    {
        if (is_object($result) && !$result instanceof \JsonSerializable && method_exists($result, 'getArrayCopy')) {
            $result = $result->getArrayCopy();
        }
        return is_array($result) && array_is_list($result) ? (object) $result : $result;
    }

    /** An exception as PHP tells it, without the frames of this loop. */
    public static function textOf(\Throwable $thrown): string
    {
        $own = '~^(Stack trace:\n)?#\d+ (\{main\}|' . preg_quote(__DIR__, '~') . '/).*\n?~m';
        return preg_replace($own, '', (string) $thrown);
    }
}
