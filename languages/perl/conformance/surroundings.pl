use Encode qw(decode_utf8);

sub main {
    my ($args) = @_;
    return { map { $_ => decode_utf8( $ENV{$_} // '(unset)' ) } @{ $args->{names} } };
}
