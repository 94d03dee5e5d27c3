<?php

declare(strict_types=1);

namespace PolyglotLauncher;

/** The loop as an ActionLoop executable: `php … -- FOLDER ENTRY MAIN`, under any launcher (docs/loop-protocol.md). */
final class Executable extends Channel
{
    private bool $isNumbered;

    public function __construct(private string $folder, private string $entry, private string $main)
    {
        parent::__construct();
        $this->isNumbered = self::isSet('__OW_NUMBERED_ANSWERS');
    }

    /** Another launcher sends what it got: the value may be missing, and what belongs to the environment be no text. */
    public function next(): ?array
    {
        $line = parent::next();
        if ($line === null) {
            return null;
        }
        $value = $line['value'] ?? [];
        unset($line['value']);
        $given = array_filter($line, static fn (mixed $each): bool => $each !== null);
        $texts = array_map(static fn (mixed $each): string => is_string($each) ? $each : Json::encode($each), $given);
        return $texts + ['value' => $value];
    }

    public function load(): array
    {
        $this->number = 0;
        return ['folder' => $this->folder, 'entry' => $this->entry, 'main' => $this->main, 'env' => []];
    }

    public function greet(): void
    {
        if ($this->isNumbered) {
            $this->write('{"ok":true,"numbered":true}');
        } elseif (self::isSet('__OW_WAIT_FOR_ACK')) {
            $this->write('{"ok":true}');
        }
    }

    public function refuse(string $why): never
    {
        if ($this->isNumbered) {
            $this->write(Outcome::error($why));
        } else {
            Logs::complain($why);
        }
        exit(1);
    }

    public function answer(string $answer): void
    {
        if ($this->isNumbered) {
            parent::answer($answer);
        } else {
            $this->write($answer === Outcome::END ? Outcome::NONE : ltrim($answer, '!'));
        }
    }

    private static function isSet(string $name): bool
    {
        return (string) getenv($name) !== '';
    }
}
