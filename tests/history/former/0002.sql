BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE asset (
	id INTEGER NOT NULL, 
	authority INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	organization TEXT, 
	level INTEGER, 
	was INTEGER, 
	PRIMARY KEY (id), 
	UNIQUE (authority, name), 
	FOREIGN KEY(authority) REFERENCES authority (id)
);
INSERT INTO "asset" VALUES(1,1,'web-1','host','so',3,NULL);
INSERT INTO "asset" VALUES(2,1,'web-2','host','so',3,NULL);
INSERT INTO "asset" VALUES(3,1,'mail-1','host','so',2,NULL);
INSERT INTO "asset" VALUES(4,1,'portal','system','so',3,NULL);
INSERT INTO "asset" VALUES(5,1,'mail','system','so',2,NULL);
INSERT INTO "asset" VALUES(6,1,'pcs','fleet','so',NULL,NULL);
CREATE TABLE authority (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	folder TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "authority" VALUES(1,'inv','/srv/inv');
CREATE TABLE blob (
	sha256 TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	pruned TEXT, 
	packed BLOB, 
	PRIMARY KEY (sha256)
);
INSERT INTO "blob" VALUES('2c7c0765b18c903bee807030dd88cd6fd7cd4e35da499262db16923f37b70a60','file',191,NULL,NULL);
INSERT INTO "blob" VALUES('253536f99576eeaaa547afa68ae4aa96889bbed066c2706a843dfc96fb5df9f1','file',77,NULL,NULL);
INSERT INTO "blob" VALUES('d6bf266ff863e271c3b30c6452b93f4bb620cc4509d84cbbe4031ac1383926e1','file',326,NULL,NULL);
INSERT INTO "blob" VALUES('c940601a9271f2bb3aa2a9bd0d867c65ea7a33969c4f0656e39c38f69cc87218','file',171,NULL,NULL);
INSERT INTO "blob" VALUES('2d82e1301ceb0dac8261bd24b2ca9114636043a975e3fe84bd54e52fa8a825ed','file',159,NULL,NULL);
INSERT INTO "blob" VALUES('b54065da30c5d2b0f3e214a7f008000466a0f37e07651f321c288f4ac167511c','inventory',565,NULL,NULL);
INSERT INTO "blob" VALUES('3e9c917e61eb1b160b095094ef47d8047e9a1a056f11e0675249c99dd6fbfb47','file',1656,NULL,NULL);
INSERT INTO "blob" VALUES('a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc','policies',124,NULL,NULL);
INSERT INTO "blob" VALUES('6f302cf14e16c234aa5643f2dc22e77a781d74df96ee128d62aaaa4dcc4b13bb','assessment',12082,NULL,NULL);
INSERT INTO "blob" VALUES('6e6e58bb7ace0e2ccdf0a3bf9899dc028e8c3747f35b2bf349077dd91783d64d','file',325,NULL,NULL);
INSERT INTO "blob" VALUES('15ee2dfd0af9ca8a91803b16d782bc60c6618c7beb9c878d0ac1c6e19ad8e053','inventory',565,NULL,NULL);
INSERT INTO "blob" VALUES('1c0ee20c5cbc44635fadd144536ed1040bcddf652838a6aad14ce8cbf1a2643b','assessment',12024,NULL,NULL);
INSERT INTO "blob" VALUES('35203454f6a0fc69bbad92b937863cab7f53ccea421fc109a007b7d3cca2fb3a','assessment',12024,NULL,NULL);
CREATE TABLE control (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	policy TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "control" VALUES(1,'T-REALTIME','trial');
INSERT INTO "control" VALUES(2,'T-HOSTS','trial');
INSERT INTO "control" VALUES(3,'T-FLEET','trial');
INSERT INTO "control" VALUES(4,'T-LEVEL','trial');
CREATE TABLE fault (
	run INTEGER NOT NULL, 
	asset TEXT NOT NULL, 
	probe TEXT NOT NULL, 
	code TEXT NOT NULL, 
	PRIMARY KEY (run, asset, probe), 
	FOREIGN KEY(run) REFERENCES run (id)
);
CREATE TABLE notice (
	id INTEGER NOT NULL, 
	run INTEGER NOT NULL, 
	channel TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	said TEXT, 
	sent_at TEXT, 
	error TEXT, 
	chain TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (run, channel, recipient), 
	FOREIGN KEY(run) REFERENCES run (id)
);
INSERT INTO "notice" VALUES(1,1,'office','it@b.example','6371e80cf9fa95a736bc4e042989c4d2a1d06263d453797efabd5febb463b403','2026-11-27T06:12:03+00:00',NULL,'d268f680a63536462bf05a751fe43b463d1ad19acbb460cdbfd883f728d6485b');
INSERT INTO "notice" VALUES(2,2,'office','it@b.example',NULL,NULL,'127.0.0.1:1: it refuses the connection','f883c026585c5f4af0121909501be6834fdb1089a0ccbf9138074403efc552d0');
INSERT INTO "notice" VALUES(3,3,'office','it@b.example','f3d697f3d6fce19da29df848d81d44fca3838db41be290665b97d41357608338','2026-11-27T06:12:03+00:00',NULL,'d299f12d18e32af49659a89daf681f6a896d9f8d90c51f8e336a634ed8b0693d');
CREATE TABLE outcome (
	id INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	result TEXT NOT NULL, 
	reason TEXT, 
	basis TEXT, 
	severity TEXT NOT NULL, 
	excuse TEXT, 
	counted TEXT, 
	unmet TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "outcome" VALUES(1,'pass','pass',NULL,'declared','high',NULL,NULL,NULL);
INSERT INTO "outcome" VALUES(2,'fail','fail',NULL,'declared','high',NULL,NULL,'425bd2bf394d');
INSERT INTO "outcome" VALUES(3,'fail','fail',NULL,'declared','medium',NULL,NULL,'425bd2bf394d');
INSERT INTO "outcome" VALUES(4,'pass','pass',NULL,'declared','medium',NULL,NULL,NULL);
INSERT INTO "outcome" VALUES(5,'pass','pass',NULL,'declared','critical',NULL,'95 of 100',NULL);
INSERT INTO "outcome" VALUES(6,'pass','pass',NULL,'declared','low',NULL,NULL,NULL);
CREATE TABLE run (
	id INTEGER NOT NULL, 
	authority INTEGER NOT NULL, 
	as_of TEXT NOT NULL, 
	started_at TEXT NOT NULL, 
	ended_at TEXT NOT NULL, 
	started_by TEXT NOT NULL, 
	host TEXT NOT NULL, 
	login TEXT NOT NULL, 
	tool TEXT NOT NULL, 
	exit_code INTEGER NOT NULL, 
	git_commit TEXT, 
	inventory_digest TEXT NOT NULL, 
	policies_digest TEXT NOT NULL, 
	evidence_digest TEXT, 
	signer TEXT, 
	assessment TEXT NOT NULL, 
	inventory TEXT NOT NULL, 
	policies TEXT NOT NULL, 
	evidence TEXT, 
	prev_run INTEGER, 
	content TEXT NOT NULL, 
	chain TEXT NOT NULL, 
	note TEXT, told TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(authority) REFERENCES authority (id)
);
INSERT INTO "run" VALUES(1,1,'2024-06-30','2026-11-27T06:12:02.870Z','2026-11-27T06:12:02.984Z','manual','watch.example','soc','soccheck 0.1.0',1,'b3692cfb85832a39c39ea6ecc08bd2cbe89331ee','eaa13348f8da17da702490d78f630b31fb82156bc92a2b214de1f5fea5e930f2','a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc',NULL,NULL,'6f302cf14e16c234aa5643f2dc22e77a781d74df96ee128d62aaaa4dcc4b13bb','b54065da30c5d2b0f3e214a7f008000466a0f37e07651f321c288f4ac167511c','a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc',NULL,NULL,'aeeaa9dfaa48073bb98380abc8aa75099b5c826fba6453801614e61216e876ec','414ea4fa11b7ad179267189a8d5de6f5ff2edfff204ad3d34846f6b4b71b9ede',NULL,'0000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO "run" VALUES(2,1,'2024-07-01','2026-11-27T06:12:03.290Z','2026-11-27T06:12:03.328Z','manual','watch.example','soc','soccheck 0.1.0',0,'b3692cfb85832a39c39ea6ecc08bd2cbe89331ee','b4cce0a74d37c7853fa0509b1f186cf9d78fedeaa5d7f8d69992a4fdf2fb7914','a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc',NULL,NULL,'1c0ee20c5cbc44635fadd144536ed1040bcddf652838a6aad14ce8cbf1a2643b','15ee2dfd0af9ca8a91803b16d782bc60c6618c7beb9c878d0ac1c6e19ad8e053','a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc',NULL,1,'992c9200676d2a46c3f59a3b03033c52b481c27a67151f4542ac431846c594bf','d1d56cc79ed85a6d17548d37e90b9baf13b548b7bc83f600b3a86ddc9dc777e6',NULL,'d268f680a63536462bf05a751fe43b463d1ad19acbb460cdbfd883f728d6485b');
INSERT INTO "run" VALUES(3,1,'2024-07-02','2026-11-27T06:12:03.577Z','2026-11-27T06:12:03.602Z','manual','watch.example','soc','soccheck 0.1.0',0,'b3692cfb85832a39c39ea6ecc08bd2cbe89331ee','b4cce0a74d37c7853fa0509b1f186cf9d78fedeaa5d7f8d69992a4fdf2fb7914','a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc',NULL,NULL,'35203454f6a0fc69bbad92b937863cab7f53ccea421fc109a007b7d3cca2fb3a','15ee2dfd0af9ca8a91803b16d782bc60c6618c7beb9c878d0ac1c6e19ad8e053','a817a193475d262e06b6236959463d9eaef75316e45b9fb1c93196a93f9182cc',NULL,2,'518edc1bbdc9dc2069ae787e4c714b56d318f3a529a599ef908fcba665e3708c','aa9c7c71f6aa5ecd3d0837042fcf7124c284b6b9bd1e9646a69943c17aa9dbbb',NULL,'f883c026585c5f4af0121909501be6834fdb1089a0ccbf9138074403efc552d0');
CREATE TABLE span (
	id INTEGER NOT NULL, 
	control INTEGER NOT NULL, 
	asset INTEGER NOT NULL, 
	first_run INTEGER NOT NULL, 
	last_run INTEGER, 
	outcome INTEGER NOT NULL, 
	cause TEXT NOT NULL, 
	by_calendar BOOLEAN NOT NULL, 
	state TEXT, 
	digest TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(control) REFERENCES control (id), 
	FOREIGN KEY(asset) REFERENCES asset (id), 
	FOREIGN KEY(first_run) REFERENCES run (id), 
	FOREIGN KEY(outcome) REFERENCES outcome (id)
);
INSERT INTO "span" VALUES(1,1,1,1,NULL,1,'first',0,NULL,'a11c7f83');
INSERT INTO "span" VALUES(2,1,2,1,1,2,'first',0,NULL,'fa555efd');
INSERT INTO "span" VALUES(3,1,3,1,NULL,1,'first',0,NULL,'fa001663');
INSERT INTO "span" VALUES(4,2,4,1,1,3,'first',0,NULL,'404099b2');
INSERT INTO "span" VALUES(5,2,5,1,NULL,4,'first',0,NULL,'e5e0a59e');
INSERT INTO "span" VALUES(6,3,6,1,NULL,5,'first',0,NULL,'3e1f9cbf');
INSERT INTO "span" VALUES(7,4,4,1,NULL,6,'first',0,NULL,'718c2b87');
INSERT INTO "span" VALUES(8,4,5,1,NULL,6,'first',0,NULL,'5ec7fbca');
INSERT INTO "span" VALUES(9,1,2,2,NULL,1,'inventory',0,'resolved','d6e7e531');
INSERT INTO "span" VALUES(10,2,4,2,NULL,4,'inventory',0,'resolved','5564fcc9');
CREATE TABLE tally (
	run INTEGER NOT NULL, 
	policy TEXT NOT NULL, 
	passed INTEGER NOT NULL, 
	total INTEGER NOT NULL, 
	failing INTEGER NOT NULL, 
	unknown INTEGER NOT NULL, 
	waived INTEGER NOT NULL, 
	grace INTEGER NOT NULL, 
	bases TEXT NOT NULL, 
	PRIMARY KEY (run, policy), 
	FOREIGN KEY(run) REFERENCES run (id)
);
INSERT INTO "tally" VALUES(1,'trial',1,2,2,0,0,0,'declared 2');
INSERT INTO "tally" VALUES(2,'trial',2,2,0,0,0,0,'declared 2');
INSERT INTO "tally" VALUES(3,'trial',2,2,0,0,0,0,'declared 2');
COMMIT;
