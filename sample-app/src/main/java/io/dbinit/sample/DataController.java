package io.dbinit.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.mongodb.client.MongoClient;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import org.bson.Document;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.mongodb.autoconfigure.MongoConnectionDetails;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Shows the data that the seeds have written.
 */
@RestController
class DataController {

	private final ObjectProvider<MongoClient> mongoClient;

	private final ObjectProvider<MongoConnectionDetails> mongoConnectionDetails;

	private final ObjectProvider<JdbcClient> jdbcClient;

	private final JsonMapper jsonMapper;

	private final Environment environment;

	DataController(ObjectProvider<MongoClient> mongoClient,
			ObjectProvider<MongoConnectionDetails> mongoConnectionDetails, ObjectProvider<JdbcClient> jdbcClient,
			JsonMapper jsonMapper, Environment environment) {
		this.mongoClient = mongoClient;
		this.mongoConnectionDetails = mongoConnectionDetails;
		this.jdbcClient = jdbcClient;
		this.jsonMapper = jsonMapper;
		this.environment = environment;
	}

	@GetMapping("/presets")
	List<Document> presets() {
		return required(this.mongoClient, "MongoDB").getDatabase(database())
			.getCollection("presets")
			.find()
			.projection(Projections.excludeId())
			.sort(Sorts.ascending("name"))
			.into(new ArrayList<>());
	}

	private String database() {
		String database = required(this.mongoConnectionDetails, "MongoDB").getConnectionString().getDatabase();
		return this.environment.getProperty("spring.mongodb.database", (database != null) ? database : "test");
	}

	@GetMapping("/configurations")
	Map<String, Object> configurations() {
		Map<String, Object> configurations = new TreeMap<>();
		required(this.jdbcClient, "SQL").sql("select config_key, config_value from configurations").query((row) -> {
			configurations.put(row.getString(1), value(row.getString(2)));
		});
		return configurations;
	}

	private Object value(String text) {
		try {
			return this.jsonMapper.readTree(text);
		}
		catch (JacksonException ex) {
			return text;
		}
	}

	private static <T> T required(ObjectProvider<T> provider, String kind) {
		T bean = provider.getIfAvailable();
		if (bean == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "This system has no " + kind + " database");
		}
		return bean;
	}

}
