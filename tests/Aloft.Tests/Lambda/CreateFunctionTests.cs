using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Aloft.Tests.Functions.Code;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Lambda;

public sealed class CreateFunctionTests
{
    [Fact]
    public async Task A_function_is_answered_with_every_member_and_its_defaults()
    {
        await using var lambda = await LambdaFixture.Open();
        var response = await lambda.Respond("CreateFunction", body: LambdaFixture.NewFunction());
        Assert.Equal(201, response.HttpStatus);
        var created = response.Body!;
        Assert.True(Guid.TryParse((string?)created["RevisionId"], out _));
        created.Remove("RevisionId");

        var digest = Convert.ToBase64String(SHA256.HashData(LambdaFixture.Zip));
        var expected = $$"""
            {
              "FunctionName": "hello",
              "FunctionArn": "arn:aws:lambda:eu-central-1:111122223333:function:hello",
              "Runtime": "nodejs20.x",
              "Role": "arn:aws:iam::111122223333:role/service-role/hello",
              "Handler": "index.handler",
              "CodeSize": {{LambdaFixture.Zip.Length}},
              "Description": "",
              "Timeout": 3,
              "MemorySize": 128,
              "LastModified": "2026-01-02T03:04:05.678+0000",
              "CodeSha256": "{{digest}}",
              "Version": "$LATEST",
              "TracingConfig": { "Mode": "PassThrough" },
              "PackageType": "Zip",
              "Architectures": ["x86_64"],
              "EphemeralStorage": { "Size": 512 },
              "SnapStart": { "ApplyOn": "None", "OptimizationStatus": "Off" },
              "LoggingConfig": { "LogFormat": "Text", "LogGroup": "/aws/lambda/hello" },
              "State": "Pending",
              "StateReason": "The function is being created.",
              "StateReasonCode": "Creating",
              "RuntimeVersionConfig": { "RuntimeVersionArn": "arn:aws:lambda:eu-central-1::runtime:nodejs-20.20.2" }
            }
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), created), created.ToString());
    }

    [Fact]
    public async Task A_runtime_that_aws_has_not_is_refused_as_aws_does()
    {
        await using var lambda = await LambdaFixture.Open();
        var error = await Assert.ThrowsAsync<Aloft.Wire.ApiError>(() => lambda.Create(also: new() { ["Runtime"] = "nodejs99.x" }));
        Assert.Equal("InvalidParameterValueException", error.Code);
        Assert.StartsWith("Value nodejs99.x at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs, ", error.Message);
    }

    [Fact]
    public async Task Every_setting_is_kept()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new()
        {
            ["Description"] = "says hello",
            ["Timeout"] = 900,
            ["MemorySize"] = 10_240,
            ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["GREETING"] = "hällo", ["PATH"] = "/opt/bin" } },
            ["TracingConfig"] = new JsonObject { ["Mode"] = "Active" },
            ["EphemeralStorage"] = new JsonObject { ["Size"] = 10_240 },
            ["LoggingConfig"] = new JsonObject { ["LogGroup"] = "/my/group" },
            ["Tags"] = new JsonObject { ["team"] = "blue" },
        });
        var function = await lambda.Call("GetFunction", "hello");
        var configuration = function["Configuration"]!;
        Assert.Equal("says hello", (string?)configuration["Description"]);
        Assert.Equal((900, 10_240, 10_240), ((int)configuration["Timeout"]!, (int)configuration["MemorySize"]!, (int)configuration["EphemeralStorage"]!["Size"]!));
        Assert.Equal("""{"GREETING":"hällo","PATH":"/opt/bin"}""", configuration["Environment"]!["Variables"]!.ToJsonString(Relaxed));
        Assert.Equal("Active", (string?)configuration["TracingConfig"]!["Mode"]);
        Assert.Equal("/my/group", (string?)configuration["LoggingConfig"]!["LogGroup"]);
        Assert.Equal("blue", (string?)function["Tags"]!["team"]);
    }

    [Fact]
    public async Task With_Publish_the_answer_is_version_1()
    {
        await using var lambda = await LambdaFixture.Open();
        var created = await lambda.Create(also: new() { ["Publish"] = true });
        Assert.Equal(("1", LambdaFixture.Arn + "hello"), ((string?)created["Version"], (string?)created["FunctionArn"]));
        Assert.Equal("$LATEST", (string?)(await lambda.Call("GetFunctionConfiguration", "hello"))["Version"]);
        Assert.Equal((string?)created["RevisionId"], (string?)(await lambda.Call("GetFunctionConfiguration", "hello:1"))["RevisionId"]);
    }

    [Fact]
    public async Task The_defaults_that_clients_send_by_themselves_are_accepted()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new()
        {
            ["VpcConfig"] = new JsonObject { ["SubnetIds"] = new JsonArray(), ["SecurityGroupIds"] = new JsonArray(), ["Ipv6AllowedForDualStack"] = false },
            ["DeadLetterConfig"] = new JsonObject { ["TargetArn"] = "" },
            ["KMSKeyArn"] = "",
            ["Layers"] = new JsonArray(),
            ["FileSystemConfigs"] = new JsonArray(),
            ["ImageConfig"] = new JsonObject(),
            ["CodeSigningConfigArn"] = "",
            ["Publish"] = false,
            ["PackageType"] = "Zip",
            ["Architectures"] = new JsonArray("x86_64"),
            ["EphemeralStorage"] = new JsonObject { ["Size"] = 512 },
            ["SnapStart"] = new JsonObject { ["ApplyOn"] = "None" },
            ["TracingConfig"] = new JsonObject { ["Mode"] = "PassThrough" },
            ["LoggingConfig"] = new JsonObject { ["LogFormat"] = "Text", ["LogGroup"] = "/aws/lambda/hello" },
            ["Environment"] = new JsonObject { ["Variables"] = new JsonObject() },
            ["Description"] = "",
        });
    }

    [Theory]
    [InlineData("VpcConfig", """{"SubnetIds": ["subnet-1"], "SecurityGroupIds": []}""", "vpcConfig")]
    [InlineData("KMSKeyArn", "\"arn:aws:kms:eu-central-1:111122223333:key/k\"", "kMSKeyArn")]
    [InlineData("FileSystemConfigs", """[{"Arn": "a", "LocalMountPath": "/mnt/a"}]""", "fileSystemConfigs")]
    [InlineData("ImageConfig", """{"Command": ["x"]}""", "imageConfig")]
    [InlineData("PackageType", "\"Image\"", "packageType")]
    [InlineData("SnapStart", """{"ApplyOn": "PublishedVersions"}""", "snapStart.applyOn")]
    [InlineData("CodeSigningConfigArn", "\"arn\"", "codeSigningConfigArn")]
    [InlineData("CapacityProviderConfig", "{}", "CapacityProviderConfig")]
    [InlineData("DurableConfig", "{}", "DurableConfig")]
    [InlineData("Code", """{"S3Bucket": "b", "S3Key": "k"}""", "code.s3Bucket")]
    [InlineData("Code", """{"ImageUri": "i"}""", "code.imageUri")]
    [InlineData("Surprise", "1", "Surprise")]
    public async Task What_is_not_honoured_is_refused_by_name(string member, string value, string named)
    {
        await using var lambda = await LambdaFixture.Open();
        var message = await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction(also: new() { [member] = JsonNode.Parse(value) }));
        Assert.StartsWith($"The parameter {named} is not supported by Aloft yet.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FunctionName", null, "Value null at 'functionName' failed to satisfy constraint: Member must not be null")]
    [InlineData("FunctionName", "\"a b\"", "Value 'a b' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern")]
    [InlineData("Role", null, "Value null at 'role' failed to satisfy constraint: Member must not be null")]
    [InlineData("Role", "\"admin\"", "Value 'admin' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern")]
    [InlineData("Code", null, "Value null at 'code' failed to satisfy constraint: Member must not be null")]
    [InlineData("Handler", "\"a b\"", "Value 'a b' at 'handler' failed to satisfy constraint: Member must satisfy regular expression pattern: [^\\s]+")]
    [InlineData("Handler", "\"a\\n\"", "Value 'a\n' at 'handler' failed to satisfy constraint")]
    [InlineData("Role", "\"arn:aws:iam::111122223333:role/r\\n\"", "role/r\n' at 'role' failed to satisfy constraint")]
    [InlineData("Timeout", "0", "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1")]
    [InlineData("Timeout", "901", "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900")]
    [InlineData("MemorySize", "127", "Value '127' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128")]
    [InlineData("MemorySize", "10241", "Value '10241' at 'memorySize' failed to satisfy constraint: Member must have value less than or equal to 10240")]
    [InlineData("EphemeralStorage", """{"Size": 511}""", "Value '511' at 'ephemeralStorage.size' failed to satisfy constraint")]
    [InlineData("EphemeralStorage", """{}""", "Value null at 'ephemeralStorage.size' failed to satisfy constraint")]
    [InlineData("TracingConfig", """{"Mode": "Off"}""", "Value 'Off' at 'tracingConfig.mode' failed to satisfy constraint")]
    [InlineData("Architectures", """["mips"]""", "Value 'mips' at 'architectures' failed to satisfy constraint")]
    [InlineData("Architectures", """["x86_64", "arm64"]""", "at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1")]
    [InlineData("Environment", """{"Variables": {"1A": "x"}}""", "at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint")]
    [InlineData("LoggingConfig", """{"LogGroup": "a b"}""", "Value 'a b' at 'loggingConfig.logGroup' failed to satisfy constraint")]
    public async Task A_constraint_of_the_model_is_told_in_its_words(string member, string? value, string message)
    {
        await using var lambda = await LambdaFixture.Open();
        var input = LambdaFixture.NewFunction(also: new() { [member] = value is null ? null : JsonNode.Parse(value) });
        Assert.Contains(message, await lambda.Breaks("CreateFunction", body: input), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_broken_constraints_are_told_at_once()
    {
        await using var lambda = await LambdaFixture.Open();
        var message = await lambda.Breaks("CreateFunction", body: LambdaFixture.NewFunction(also: new()
        {
            ["Timeout"] = 0, ["MemorySize"] = 1, ["Description"] = new string('x', 257), ["Handler"] = new string('x', 129),
        }));
        Assert.StartsWith("4 validation errors detected: ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Timeout", "\"soon\"")]
    [InlineData("Environment", "[]")]
    [InlineData("Tags", "\"a\"")]
    [InlineData("Code", """{"ZipFile": "not base64!"}""")]
    public async Task A_wrong_type_is_a_serialization_error(string member, string value)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Fails("SerializationException", 400, "CreateFunction", body: LambdaFixture.NewFunction(also: new() { [member] = JsonNode.Parse(value) }));
    }

    [Theory]
    [InlineData("Runtime")]
    [InlineData("Handler")]
    public async Task Runtime_and_handler_are_mandatory(string missing)
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Equal(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
            await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction(also: new() { [missing] = null })));
    }

    [Theory]
    [InlineData("java21")]
    [InlineData("dotnetcore3.1")]
    [InlineData("ruby3.3")]
    [InlineData("python2.7")]
    public async Task A_runtime_of_AWS_that_does_not_run_here_is_refused_by_name(string runtime)
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.StartsWith(
            $"The runtime {runtime} is not supported by Aloft yet.",
            await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction(also: new() { ["Runtime"] = runtime })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runtime_that_is_not_installed_is_refused_with_what_is()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Contains(
            "Installed: Node 20.20.2.",
            await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction(also: new() { ["Runtime"] = "python3.12" })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_version_of_an_installed_language_runs_unless_runtimes_are_strict()
    {
        await using var lenient = await LambdaFixture.Open();
        var created = await lenient.Create(also: new() { ["Runtime"] = "nodejs22.x" });
        Assert.Equal("arn:aws:lambda:eu-central-1::runtime:nodejs-20.20.2", (string?)created["RuntimeVersionConfig"]!["RuntimeVersionArn"]);

        await using var strict = await LambdaFixture.Open(strictRuntimes: true);
        await strict.Create();
        await strict.Invalid("CreateFunction", body: LambdaFixture.NewFunction("other", new() { ["Runtime"] = "nodejs22.x" }));
    }

    [Fact]
    public async Task A_custom_runtime_needs_nothing_installed()
    {
        await using var lambda = await LambdaFixture.Open(strictRuntimes: true);
        var created = await lambda.Create(also: new() { ["Runtime"] = "provided.al2023" });
        Assert.Equal("arn:aws:lambda:eu-central-1::runtime:provided.al2023", (string?)created["RuntimeVersionConfig"]!["RuntimeVersionArn"]);
    }

    [Fact]
    public async Task The_architecture_that_this_machine_is_not_is_refused_with_the_reason()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.StartsWith(
            "The architecture arm64 is not available: functions run on this machine itself, which is x86_64.",
            await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction(also: new() { ["Architectures"] = new JsonArray("arm64") })),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_taken_once_and_the_second_package_is_not_stored()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var other = TestZip.Of(("index.js", "other"));
        Assert.Equal("Function already exist: hello", await lambda.Fails("ResourceConflictException", 409, "CreateFunction",
            body: LambdaFixture.NewFunction(also: new() { ["Code"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(other) } })));
        Assert.Null(await lambda.Parts.Code.FindZip(Convert.ToHexStringLower(SHA256.HashData(other)), Forever));
    }

    [Fact]
    public async Task Code_must_be_there_and_a_zip()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Equal("Please provide a source for function code.",
            await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction(also: new() { ["Code"] = new JsonObject() })));
        Assert.StartsWith("Could not unzip uploaded file.",
            await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction(also: new() { ["Code"] = new JsonObject { ["ZipFile"] = "AAAA" } })),
            StringComparison.Ordinal);
        Assert.Equal("Uploaded file must be a non-empty zip",
            await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction(also: new() { ["Code"] = new JsonObject { ["ZipFile"] = "" } })));
    }

    [Fact]
    public async Task Reserved_environment_variables_are_refused_by_name()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Equal(
            "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys "
            + "that are currently not supported for modification. Reserved keys used in this request: AWS_REGION, _HANDLER",
            await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction(also: new()
            {
                ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["AWS_REGION"] = "x", ["_HANDLER"] = "y", ["FINE"] = "z" } },
            })));
    }

    [Fact]
    public async Task Environment_variables_have_4_KB_together()
    {
        await using var lambda = await LambdaFixture.Open();
        const int rest = 4_096 - 9; // {"AB":""}
        await lambda.Create("fits", WithVariable(rest));
        Assert.Contains("exceeded the 4KB limit", await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction(also: WithVariable(rest + 1))), StringComparison.Ordinal);

        static JsonObject WithVariable(int length) =>
            new() { ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["AB"] = new string('x', length) } } };
    }

    [Fact]
    public async Task Tags_are_checked()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Contains("'aws:'", await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction(also: new() { ["Tags"] = new JsonObject { ["aws:x"] = "y" } })),
            StringComparison.Ordinal);
        var many = new JsonObject(Enumerable.Range(0, 51).Select(i => KeyValuePair.Create($"k{i}", (JsonNode?)"v")));
        Assert.Equal("Number of tags exceeds resource tag limit.",
            await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction(also: new() { ["Tags"] = many })));
    }

    [Fact]
    public async Task A_whole_arn_is_a_name_too()
    {
        await using var lambda = await LambdaFixture.Open();
        var created = await lambda.Call("CreateFunction", body: LambdaFixture.NewFunction(LambdaFixture.Arn + "hello"));
        Assert.Equal(("hello", LambdaFixture.Arn + "hello"), ((string?)created["FunctionName"], (string?)created["FunctionArn"]));
        await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction("hello:live"));
    }

    static readonly System.Text.Json.JsonSerializerOptions Relaxed =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
