//! Every sequence of at most four faults, in every operation, ends as the model says. `conformance faults --depth 6` runs longer ones.

use conformance::faults::{Operation, search, shrink};

fn holds(operation: Operation) {
    if let Err(mismatch) = search(operation, 4, &|_| {}) {
        panic!("{}", shrink(mismatch));
    }
}

macro_rules! operations {
    ($($test:ident $operation:ident)*) => { $(
        #[test]
        fn $test() {
            holds(Operation::$operation);
        }
    )* };
}

operations! {
    send_complete SendComplete
    recv_until_terminator RecvUntilTerminator
    recv_until_limit RecvUntilLimit
    recv_line_eager RecvLineEager
    recv_line_lazy RecvLineLazy
    recv_exact RecvExact
    token_read TokenRead
    token_write TokenWrite
    wait_for WaitFor
    connect_with ConnectWith
    is_connected IsConnected
}
