<?php

declare(strict_types=1);

namespace PolyglotLauncher;

/** The lines from the launcher, and the answers to them. */
class Channel
{
    private const CHUNK = 1 << 16;

    /** How many lines came after the load line. */
    protected int $number = -1;
    private int $owner;
    /** @var resource */
    private $lines;
    /** @var resource */
    private $answers;

    public function __construct()
    {
        $this->owner = getmypid();
        $this->lines = fopen('php://fd/0', 'r');
        $this->answers = fopen('php://fd/3', 'w');
        stream_set_chunk_size($this->lines, self::CHUNK);
        self::defineStreams();
    }

    /**
     * @return array|null null where no more lines come
     * @throws NoJson
     */
    public function next(): ?array
    {
        $line = fgets($this->lines);
        $this->number++;
        return $line === false ? null : Json::decode($line);
    }

    /** What to load, null where the launcher has gone. */
    public function load(): ?array
    {
        return $this->next();
    }

    public function isLoading(): bool
    {
        return $this->number === 0;
    }

    /** The action is loaded. */
    public function greet(): void
    {
        $this->write('{"ok":true}');
    }

    /** The action can't be loaded. */
    public function refuse(string $why): never
    {
        $this->write(Outcome::error($why));
        exit(0);
    }

    /** Answers the activation that came last. */
    public function answer(string $answer): void
    {
        $this->write("$this->number $answer");
    }

    protected function write(string $line): void
    {
        if (getmypid() !== $this->owner) {
            exit(0); // the action forked, and its child came back here too
        }
        $line .= "\n";
        if (@fwrite($this->answers, $line) !== strlen($line)) {
            exit(1); // the launcher has gone
        }
    }

    /** As PHP does for a script, but with /dev/null as stdin: the action can't read the next activation. */
    private static function defineStreams(): void
    {
        fclose(fopen('php://stdin', 'r')); // the first one is descriptor 0 itself, which is free then
        define('STDIN', fopen('/dev/null', 'r'));
        define('STDOUT', fopen('php://stdout', 'w'));
        define('STDERR', fopen('php://stderr', 'w'));
        // A pipe that somebody made non-blocking loses what a slow reader can't take.
        stream_set_blocking(STDOUT, true);
        stream_set_blocking(STDERR, true);
    }
}
