use Helper;

sub main {
    return { data => Helper::text_of('data.txt') };
}
