<?php

declare(strict_types=1);

namespace PolyglotLauncher;

/**
 * Answers an error that ends PHP and can't be caught, such as a class that is declared twice. What ends by exit is not answered.
 *
 * It is made when PHP shuts down, since objects that are there at such an error lose their destructor; and what is made last is
 * destroyed last, after all that the action still does and prints.
 */
final class Farewell
{
    private const FATAL = E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR;

    private static ?self $last = null;
    /** @var ?array{type: int, message: string, file: string, line: int} */
    private ?array $error;

    public static function prepare(Channel $channel): void
    {
        register_shutdown_function(static fn () => self::$last = new self($channel));
    }

    private function __construct(private Channel $channel)
    {
        $this->error = error_get_last();
    }

    public function __destruct()
    {
        Logs::end();
        if ($this->error === null || ($this->error['type'] & self::FATAL) === 0) {
            return;
        }
        ['message' => $message, 'file' => $file, 'line' => $line] = $this->error;
        if ($this->channel->isLoading()) {
            $this->channel->refuse("$message in $file on line $line");
        }
        $this->channel->answer(Outcome::END);
    }
}
