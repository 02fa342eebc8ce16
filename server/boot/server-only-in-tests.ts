// Outside a React server build the marker package throws by design; tests run the server code directly.
export {}
