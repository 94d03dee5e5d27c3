sub main {
    return 'no object';
}
