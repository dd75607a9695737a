create table orders (
    id bigint primary key,
    customer_id bigint not null references customers (id),
    total numeric(12, 2) not null
);

create index orders_customer on orders (customer_id);
