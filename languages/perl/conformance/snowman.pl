sub main {
    my ($args) = @_;
    my $winter = "$args->{delimiter} ☃ $args->{delimiter}";
    print "$winter\n";
    return { winter => $winter };
}
