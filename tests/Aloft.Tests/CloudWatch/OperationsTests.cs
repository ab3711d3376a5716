using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Tests.CloudWatch;

public sealed class OperationsTests
{
    [Fact]
    public async Task Every_operation_of_the_model_is_served_or_known_as_unsupported()
    {
        await using var logs = await LogsFixture.Open();
        var service = logs.Logs.Service;
        Assert.Equal(
            ServiceModel.Load("CloudWatch").Select(operation => operation.Name).Order(StringComparer.Ordinal),
            service.Operations.Select(row => row.Name).Concat(service.Unsupported.Select(row => row.Name)).Order(StringComparer.Ordinal));
        Assert.All(service.Operations, row => Assert.Equal($"logs:{row.Name}", row.IamAction));
    }

    [Fact]
    public async Task Every_operation_has_its_tests()
    {
        await using var logs = await LogsFixture.Open();
        var here = typeof(OperationsTests);
        var tests = here.Assembly.GetTypes().Where(type => type.Namespace == here.Namespace).Select(type => type.Name);
        Assert.Empty(logs.Logs.Service.Operations.Select(row => $"{row.Name}Tests").Except(tests));
    }

    /// <summary>A client may send any of them in the place of any member: that is its mistake, told with a 4xx, and never ours.</summary>
    [Fact]
    public async Task A_member_of_the_wrong_kind_is_refused_by_every_operation()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        string[] members =
        [
            "logGroupName", "logGroupIdentifier", "logStreamName", "logStreamNames", "logStreamNamePrefix", "logEvents", "limit", "startTime",
            "nextToken", "orderBy", "descending", "filterPattern", "retentionInDays", "resourceArn", "tags", "tagKeys", "sequenceToken", "entity",
            "unmask", "logGroupClass", "deletionProtectionEnabled", "startFromHead", "includeLinkedAccounts", "logGroupNamePattern",
        ];
        object?[] values = [-1, 1.5, true, "", "\0", "a:b", Array.Empty<string>(), new[] { new { } }, new { a = new { } }, new string('n', 3000)];
        foreach (var operation in logs.Logs.Service.Operations)
            foreach (var member in members)
                foreach (var value in values)
                    await Answers(logs, operation.Name, member, value);
    }

    static async Task Answers(LogsFixture logs, string operation, string member, object? value)
    {
        var input = new Dictionary<string, object?> { ["logGroupName"] = "group", ["logStreamName"] = "stream", [member] = value };
        try
        {
            await logs.Call(operation, input);
        }
        catch (ApiError error)
        {
            Assert.Equal(400, error.HttpStatus);
            Assert.NotEmpty(error.Message);
        }
    }
}
