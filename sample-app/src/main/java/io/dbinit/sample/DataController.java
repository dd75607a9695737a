package io.dbinit.sample;

import java.util.List;
import java.util.Map;

import com.mongodb.client.MongoClient;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import org.bson.Document;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.mongodb.autoconfigure.MongoConnectionDetails;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Shows what the seeds put into the databases.
 */
@RestController
class DataController {

	private final ObjectProvider<MongoClient> mongoClient;

	private final ObjectProvider<MongoConnectionDetails> mongoConnectionDetails;

	private final ObjectProvider<JdbcClient> jdbcClient;

	private final JsonMapper jsonMapper;

	DataController(ObjectProvider<MongoClient> mongoClient,
			ObjectProvider<MongoConnectionDetails> mongoConnectionDetails, ObjectProvider<JdbcClient> jdbcClient,
			JsonMapper jsonMapper) {
		this.mongoClient = mongoClient;
		this.mongoConnectionDetails = mongoConnectionDetails;
		this.jdbcClient = jdbcClient;
		this.jsonMapper = jsonMapper;
	}

	@GetMapping("/presets")
	List<Document> presets() {
		String database = required(this.mongoConnectionDetails, "MongoDB").getConnectionString().getDatabase();
		return required(this.mongoClient, "MongoDB").getDatabase((database != null) ? database : "test")
			.getCollection("presets")
			.find()
			.projection(Projections.excludeId())
			.sort(Sorts.ascending("name"))
			.into(new java.util.ArrayList<>());
	}

	@GetMapping("/configurations")
	Map<String, Object> configurations() {
		Map<String, Object> configurations = new java.util.TreeMap<>();
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
