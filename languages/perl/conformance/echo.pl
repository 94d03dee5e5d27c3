sub main {
    my ($args) = @_;
    print "hello stdout\n";
    print STDERR "hello stderr\n";
    return $args;
}
