package ActionLoop::Json;

# JSON with the values of JSON::PP, five to fifty times as fast; numbers keep their digits.

use strict;
use warnings;
no warnings 'recursion';
BEGIN { warnings->unimport('experimental::builtin') if $] >= 5.036 }
use B ();
use JSON::PP::Boolean ();
use Scalar::Util qw(blessed);

use constant DEPTH     => 10_000;                        # a circle has no end
use constant IS_TEXT   => B::SVf_POK;
use constant IS_NUMBER => B::SVp_IOK | B::SVp_NOK;

my ( $true, $false ) = map { bless \( my $value = $_ ), 'JSON::PP::Boolean' } 1, 0;
my %word = ( true => $true, false => $false, null => undef );
my $is_boolean = defined &builtin::is_bool ? \&builtin::is_bool : sub { 0 };

# The value of a JSON text in UTF-8. The launcher has judged the text; this is no validator.
sub decode {
    for ( $_[0] ) {
        pos = 0;
        /\G\s++/gc;
        my $value = value(0);
        return $value if /\G\z/gc;
        fault();
    }
}

# Reads on in $_, as all that follow, and past white space. Each pattern starts with what it stands or falls by: Perl looks
# for a fixed text that comes later in a pattern first, if need be through all that is left.
sub value {
    return text()                if /\G"/gc;
    return $1 + 0                if /\G(-?\d[\d.eE+-]*+)\s*+/gc;
    return object( deeper(@_) )  if /\G\{\s*+/gc;
    return list( deeper(@_) )    if /\G\[\s*+/gc;
    return $word{$1}             if /\G(true|false|null)\s*+/gc;
    fault();
}

sub object {
    my %object;
    return \%object if /\G\}\s*+/gc;
    do {
        /\G"/gc or fault();
        my $key = text();
        /\G:\s*+/gc or fault();
        $object{$key} = value(@_);
    } while /\G,\s*+/gc;
    return \%object if /\G\}\s*+/gc;
    fault();
}

sub list {
    my @list;
    return \@list if /\G\]\s*+/gc;
    do { push @list, value(@_) } while /\G,\s*+/gc;
    return \@list if /\G\]\s*+/gc;
    fault();
}

sub text {
    if (/\G([^"\\]*+)"\s*+/gc) {
        utf8::decode( my $text = $1 );
        return $text;
    }
    my $start = pos;
    1 while /\G[^"\\]*+(?:\\.[^"\\]*+){1,30000}+/gc;    # a group repeats no more than 65535 times
    utf8::decode( my $text = substr $_, $start, pos() - $start );
    /\G"\s*+/gc or fault();
    return join '\\', map { unescaped($_) } split /\\\\/, $text, -1;
}

# A pass for each escape is several times as fast as one pass for all.
sub unescaped {
    my ($text) = @_;
    return $text if index( $text, '\\' ) < 0;
    $text =~ s/\\"/"/g;
    $text =~ s/\\n/\n/g;
    $text =~ s/\\t/\t/g;
    $text =~ s/\\r/\r/g;
    $text =~ s/\\b/\b/g;
    $text =~ s/\\f/\f/g;
    $text =~ s/\\\//\//g;
    $text =~ s/\\u([dD][89abAB]..)\\u([dD][c-fC-F]..)|\\u(....)/chr( defined $3 ? hex $3 : pair( hex $1, hex $2 ) )/ge;
    return $text;
}

sub pair {
    my ( $high, $low ) = @_;
    return 0x10000 + ( ( $high - 0xd800 ) << 10 ) + $low - 0xdc00;
}

sub deeper {
    my ($depth) = @_;
    return $depth + 1 if $depth < DEPTH;
    die "JSON nests deeper than ${\ DEPTH} levels\n";
}

sub fault {
    die 'malformed JSON at byte ' . ( ( pos // 0 ) + 1 ) . "\n";
}

# A value as JSON in UTF-8.
sub encode {
    my $json = json( $_[0], 0 );
    utf8::encode($json);
    return $json;
}

sub json {
    my ( $value, $depth ) = @_;
    my $type = ref $value;
    return plain($value) if $type eq '';
    if ( $type eq 'HASH' ) {
        $depth = deeper($depth);
        return '{' . join( ',', map { quoted($_) . ':' . json( $value->{$_}, $depth ) } keys %$value ) . '}';
    }
    if ( $type eq 'ARRAY' ) {
        $depth = deeper($depth);
        return '[' . join( ',', map { json( $_, $depth ) } @$value ) . ']';
    }
    return $$value ? 'true' : 'false' if $type eq 'JSON::PP::Boolean' || $type eq 'SCALAR';
    my $method = blessed($value) && $value->can('TO_JSON');
    return json( $value->$method, deeper($depth) ) if $method;
    die "JSON has no form for $value\n";
}

sub plain {
    my ($value) = @_;
    return 'null' unless defined $value;
    my $flags = B::svref_2object( \$value )->FLAGS;
    return quoted($value) unless $flags & IS_NUMBER;
    return number($value) unless $flags & IS_TEXT;
    return $is_boolean->($value) ? $value ? 'true' : 'false' : quoted($value);
}

sub number {
    my ($value) = @_;
    my $text = "$value";
    $text = sprintf '%.16g', $value if $text != $value;
    $text = sprintf '%.17g', $value if $text != $value;
    return $text if $text =~ /^-?\d/;
    die "JSON has no form for the number $text\n";
}

sub quoted {
    my ($text) = @_;
    escape($text) if $text =~ /["\\\x00-\x1f]/;
    $text =~ s/([^\x00-\x{d7ff}\x{e000}-\x{10ffff}])/sprintf '\\u%04x', ord $1/ge if utf8::is_utf8($text);
    return qq("$text");
}

sub escape {
    $_[0] =~ s/\\/\\\\/g;
    $_[0] =~ s/"/\\"/g;
    $_[0] =~ s/\n/\\n/g;
    $_[0] =~ s/\t/\\t/g;
    $_[0] =~ s/\r/\\r/g;
    $_[0] =~ s/([\x00-\x1f])/sprintf '\\u%04x', ord $1/ge;
    return;
}

1;
