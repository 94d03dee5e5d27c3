package ActionLoop;

# Runs a Perl action: JSON lines in on stdin, answers out on fd 3 (docs/loop-protocol.md).

use strict;
use warnings;
use Cwd qw(abs_path);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use File::Basename qw(basename dirname);
use IO::Handle ();
use POSIX qw(EINTR);

BEGIN {
    my $here = dirname( abs_path(__FILE__) );
    require "$here/$_.pl" for qw(json environment outcome), @ARGV ? 'executable' : ();
}

exit main();

sub main {
    my $owner = $$;
    prepare_logs();
    my $lines   = take_over( 0, '<' );
    my $answers = take_over( 3, '>' );
    my $executable = @ARGV && ActionLoop::Executable->new(@ARGV);
    my $load = $executable ? $executable->load : ActionLoop::Json::decode( next_line($lines) // return 0 );
    my ( $action, $said ) = start($load);
    $said = $executable->greeting($said) if $executable;
    answer( $answers, ActionLoop::Json::encode($said) ) if $said;
    return $executable ? 1 : 0 if !$action;
    my $environment = ActionLoop::Environment->new;
    my $is_plain    = $executable && $executable->is_plain;
    my $number      = 0;
    while ( defined( my $line = next_line($lines) ) ) {
        my $answer = activate( $action, $environment, $executable, $line );
        $_->flush for \*STDOUT, \*STDERR;
        POSIX::_exit(0) if $$ != $owner;    # the action forked, and its child came back here too
        answer( $answers, $is_plain ? $answer : ++$number . " $answer" );
    }
    return 0;
}

# A pipe that somebody made non-blocking loses what a slow reader can't take.
sub prepare_logs {
    for my $log ( \*STDOUT, \*STDERR ) {
        fcntl $log, F_SETFL, fcntl( $log, F_GETFL, 0 ) & ~O_NONBLOCK;
        binmode $log, ':utf8';
        $log->autoflush(1);                 # or what an action printed before it is killed is lost
    }
    return;
}

# Opens a pipe once more on a descriptor that no child inherits, and leaves /dev/null in its place:
# the action can neither read the next activation nor write an answer.
sub take_over {
    my ( $fd, $mode ) = @_;
    my $own = open_pipe( "/proc/self/fd/$fd", $mode );
    if ( !$own ) { open $own, "$mode&", $fd or die "File descriptor $fd: $!\n" }
    open my $null, '+<', '/dev/null' or die "/dev/null: $!\n";
    POSIX::dup2( fileno $null, $fd );
    return $own;
}

# Opening one end of a FIFO waits for the other one, for ever if the launcher has gone meanwhile.
sub open_pipe {
    my ( $path, $mode ) = @_;
    open my $both, '+<', $path or return;    # a socket can't be opened by path
    open my $own, $mode, $path or return;
    return $own;
}

# Perl would tell the number of the line in what the action dies with.
sub next_line {
    my ($lines) = @_;
    local $/ = "\n";
    my $line = readline $lines;
    $. = 0;
    return $line;
}

sub answer {
    my ( $answers, $text ) = @_;
    $text .= "\n";
    my $written = 0;
    while ( $written < length $text ) {
        my $more = syswrite $answers, $text, length($text) - $written, $written;
        exit 1 if !defined $more && $! != EINTR;    # the launcher has gone
        $written += $more // 0;
    }
    return;
}

# The function to call or nothing, and the answer to the load line.
sub start {
    my ($load) = @_;
    my $action = eval { find($load) };
    return ( $action, { ok => \1, executable => $^X } ) if $action;
    return ( undef, { error => ActionLoop::Outcome::message_of($@) } );
}

sub find {
    my ($load) = @_;
    utf8::encode($_) for grep { !ref } values %$load;
    my ( $folder, $main, $name ) = ( @$load{qw(folder main)}, basename( $load->{entry} ) );
    set_environment( $load->{env} );
    chdir $folder or die "$folder: $!\n";
    require lib;
    lib->import( $folder, grep { -d } "$folder/lib", "$folder/local/lib/perl5" );
    ( $0, @ARGV ) = $name;
    run_file( $load->{entry}, $name );
    return \&{"::$main"} if defined &{"::$main"};
    die "$name has no function '$main'.\n";
}

sub set_environment {
    my ($env) = @_;
    for my $name ( keys %$env ) {
        my $value = $env->{$name};
        utf8::encode($_) for $name, $value;
        $ENV{$name} = $value;
    }
    return;
}

# Its texts are UTF-8, and messages name it as the user does.
sub run_file {
    my ( $file, $name ) = @_;
    open my $source, '<', $file or die "$file: $!\n";
    my $first = qq(BEGIN { shift \@INC } package main; use utf8;\n#line 1 "$name"\n);
    my $reader = sub { return ( \$first, $source ) };
    unshift @INC, $reader;
    do $name;
    die $@ if $@;
    return;
}

sub activate {
    my ( $action, $environment, $executable, $line ) = @_;
    return eval {
        my $given = ActionLoop::Json::decode($line);
        $given = $executable->completed($given) if $executable;
        $environment->enter($given);
        ActionLoop::Outcome::of_result( scalar $action->( $given->{value} ) );
    } // ActionLoop::Outcome::of_error($@);
}
