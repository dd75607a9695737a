create or replace view customer_totals as
    select customer_id, sum(total) as total from orders group by customer_id;
