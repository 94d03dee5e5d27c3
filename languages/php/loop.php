<?php

/**
 * Runs a PHP action: JSON lines in on stdin, answers out on fd 3 (docs/loop-protocol.md).
 *
 * PHP is started without a script, and prepends this to nothing: only then does it leave STDIN to be defined here.
 */

declare(strict_types=1);

namespace PolyglotLauncher;

require __DIR__ . '/channel.php';
require __DIR__ . '/environment.php';
require __DIR__ . '/farewell.php';
require __DIR__ . '/json.php';
require __DIR__ . '/logs.php';
require __DIR__ . '/outcome.php';
$_SERVER['argc'] === 1 or require __DIR__ . '/executable.php';

Loop::start();
try {
    // In no function: what an action sets outside of its own functions has to become global.
    Loop::$autoload === null or require Loop::$autoload;
    require Loop::$entry;
} catch (\Throwable $thrown) {
    Loop::refuse(Outcome::textOf($thrown));
}
Loop::run();

/** All of it is static, since the action could overwrite a global variable. */
final class Loop
{
    /** The file to load, and the one that finds the classes of its packages. */
    public static string $entry;
    public static ?string $autoload = null;
    private static string $main;
    private static Channel $channel;

    /** Makes everything as the action that the first line names has to find it. */
    public static function start(): void
    {
        $words = array_slice($_SERVER['argv'], 1); // an executable gets its load by them, and not by a line
        self::$channel = $words === [] ? new Channel() : new Executable(...$words);
        $load = self::$channel->load() ?? exit(0);
        ['folder' => $folder, 'entry' => self::$entry, 'main' => self::$main, 'env' => $environment] = $load;
        array_walk($environment, Environment::set(...));
        chdir($folder);
        $autoload = "$folder/vendor/autoload.php";
        self::$autoload = is_file($autoload) ? $autoload : null;
        self::nameScript(self::$entry);
        Farewell::prepare(self::$channel);
        Logs::follow();
    }

    /** Answers one activation after the other, as long as there are any. */
    public static function run(): never
    {
        if (!is_callable(self::$main)) {
            self::refuse(basename(self::$entry) . " has no function '" . self::$main . "'.");
        }
        $action = \Closure::fromCallable(self::$main);
        $environment = new Environment();
        self::$channel->greet();
        while (($answer = self::activate($action, $environment)) !== null) {
            self::$channel->answer($answer);
        }
        exit(0);
    }

    /** The action can't be started. */
    public static function refuse(string $why): never
    {
        Logs::end();
        self::$channel->refuse($why);
    }

    private static function activate(\Closure $action, Environment $environment): ?string
    {
        try {
            $line = self::$channel->next();
            if ($line === null) {
                return null;
            }
            Logs::follow();
            $environment->enter($line);
            $answer = Outcome::of($action($line['value']));
        } catch (NoJson $reason) {
            Logs::complain($reason->getMessage());
            $answer = Outcome::failure($reason->getMessage());
        } catch (\Throwable $thrown) {
            Logs::complain(Outcome::textOf($thrown));
            $answer = Outcome::NONE;
        }
        Logs::end();
        return $answer;
    }

    /** The action is the script, as far as PHP tells it. */
    private static function nameScript(string $entry): void
    {
        $GLOBALS['argv'] = $_SERVER['argv'] = [$entry];
        $GLOBALS['argc'] = $_SERVER['argc'] = 1;
        foreach (['SCRIPT_FILENAME', 'SCRIPT_NAME', 'PHP_SELF', 'PATH_TRANSLATED'] as $name) {
            $_SERVER[$name] = $entry;
        }
    }
}
