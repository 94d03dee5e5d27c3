print "loaded\n";

sub main {
    my ($args) = @_;
    return $args;
}
