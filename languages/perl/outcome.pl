package ActionLoop::Outcome;

# What is told of what the action returned or died with.

use strict;
use warnings;
use Scalar::Util qw(blessed);

# Nothing counts as `{}`. What is no reference has no value that matters: the launcher refuses it. (Not so `null`, which
# the ActionLoop proxy takes for an object.)
sub of_result {
    my ($result) = @_;
    return '{}' unless defined $result;
    return ref $result ? ActionLoop::Json::encode($result) : 'false';
}

# The answer; a hash or array is the error as it is. stderr gets it, too.
sub of_error {
    my ($error) = @_;
    my $json = ref $error && !blessed($error) && eval { ActionLoop::Json::encode($error) };
    my $text = $json || message_of($error);
    utf8::decode($text) if $json;
    print STDERR "$text\n";
    return $json ? qq({"error":$json}) : ActionLoop::Json::encode( { error => $text } );
}

sub message_of {
    my ($error) = @_;
    my $text = eval { told($error) } // ref $error;
    $text =~ s/\n+\z//;
    return $text;
}

# Objects of exceptions have a text form, or a method that gives one.
sub told {
    my ($error) = @_;
    my $has_message = blessed($error) && !overload::Method( $error, '""' ) && $error->can('message');
    return $has_message ? $error->message : "$error";
}

1;
