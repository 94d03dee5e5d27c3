package ActionLoop::Environment;

# The `__OW_*` variables of the running activation, over the ones that were there after loading.

use strict;
use warnings;

use constant PREFIX => '__OW_';

sub new {
    my ($class) = @_;
    my %loaded = map { $_ => $ENV{$_} } grep { index( $_, PREFIX ) == 0 } keys %ENV;
    return bless { loaded => \%loaded, given => {} }, $class;
}

sub enter {
    my ( $self, $line ) = @_;
    my %given = map { named( $_, $line->{$_} ) } grep { $_ ne 'value' } keys %$line;
    for my $name ( grep { !exists $given{$_} } keys %{ $self->{given} } ) {
        set( $name, $self->{loaded}{$name} );
    }
    set( $_, $given{$_} ) for keys %given;
    $self->{given} = \%given;
    return;
}

# The name and the value in bytes; nothing where an environment can't hold them: NUL, `=` in a name.
sub named {
    my ( $key, $value ) = @_;
    my $name = PREFIX . uc $key;
    return if $name =~ /[=\0]/ || $value =~ /\0/;
    utf8::encode($name);
    utf8::encode($value);
    return ( $name => $value );
}

# Setting a variable costs more than looking at it: what already has its value is left alone.
sub set {
    my ( $name, $value ) = @_;
    if    ( !defined $value )                   { delete $ENV{$name} }
    elsif ( ( $ENV{$name} // "\0" ) ne $value ) { $ENV{$name} = $value }
    return;
}

1;
