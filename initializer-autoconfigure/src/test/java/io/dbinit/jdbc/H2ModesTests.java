package io.dbinit.jdbc;

import io.dbinit.Phase;
import io.dbinit.Report.State;
import io.dbinit.testing.Servers;
import io.dbinit.testing.TestStep;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for starts on H2 in its compatibility modes and with other rules for names.
 */
class H2ModesTests {

	@ParameterizedTest
	@ValueSource(strings = { "MODE=STRICT", "MODE=LEGACY", "MODE=DB2", "MODE=Derby", "MODE=HSQLDB", "MODE=MSSQLServer",
			"MODE=MariaDB", "MODE=MySQL", "MODE=Oracle", "MODE=PostgreSQL", "DATABASE_TO_UPPER=FALSE",
			"DATABASE_TO_LOWER=TRUE", "CASE_INSENSITIVE_IDENTIFIERS=TRUE", "MODE=MySQL;DATABASE_TO_LOWER=TRUE",
			"MODE=Oracle;DATABASE_TO_UPPER=FALSE" })
	void works(String settings) {
		DriverManagerDataSource dataSource = new DriverManagerDataSource(Servers.h2() + ";" + settings);
		TestStep table = TestStep.once("table", Phase.MIGRATE, TestStep.Work.sql("create table data (id integer)"));
		TestStep row = TestStep.once("row", Phase.SEED, TestStep.Work.sql("insert into data (id) values (1)"));
		assertThat(Starts.of(new JdbcDatabase("jdbc", dataSource), table).run().state()).isEqualTo(State.COMPLETE);
		assertThat(Starts.of(new JdbcDatabase("jdbc", dataSource), table, row).run().state()).isEqualTo(State.COMPLETE);
		assertThat(Starts.of(new JdbcDatabase("jdbc", dataSource), table, row).run().message())
			.isEqualTo("Nothing to do");
		assertThat(new JdbcTemplate(dataSource).queryForList("select id from data", Integer.class)).containsExactly(1);
		assertThat(new JdbcDatabase("jdbc", dataSource).history(5)).hasSize(2);
	}

}
