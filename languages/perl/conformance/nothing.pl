sub main {
    return;
}
