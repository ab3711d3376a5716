using Aloft.Platform.Iam;
using Aloft.Tests.Front;
using Aloft.Wire.SigV4;

namespace Aloft.Tests.Iam;

public class AssumeRoleTests
{
    const string Role = "arn:aws:iam::123456789012:role/team/Reader";

    readonly FrontBed bed = new(AuthMode.On);

    static Credentials Issued(System.Xml.Linq.XElement xml) => new(xml.Text("AccessKeyId"), xml.Text("SecretAccessKey"), xml.Text("SessionToken"));

    [Fact]
    public async Task What_it_issues_is_good_to_call_with()
    {
        var (status, xml) = await bed.Call(FrontBed.Root, "AssumeRole", ("RoleArn", Role), ("RoleSessionName", "me@work"));
        Assert.Equal(200, status);
        Assert.Equal("2026-02-03T05:05:06Z", xml.Text("Expiration"));
        Assert.Equal("arn:aws:sts::123456789012:assumed-role/Reader/me@work", xml.Text("Arn"));
        Assert.EndsWith(":me@work", xml.Text("AssumedRoleId"), StringComparison.Ordinal);

        var (_, identity) = await bed.Call(Issued(xml), "GetCallerIdentity");
        Assert.Equal("arn:aws:sts::123456789012:assumed-role/Reader/me@work", identity.Text("Arn"));
        Assert.Equal(xml.Text("AssumedRoleId"), identity.Text("UserId"));
    }

    [Theory]
    [InlineData("900", "2026-02-03T04:20:06Z")]
    [InlineData("43200", "2026-02-03T16:05:06Z")]
    public async Task It_lasts_as_long_as_asked(string seconds, string expiration)
    {
        var (_, xml) = await bed.Call(FrontBed.Root, "AssumeRole", ("RoleArn", Role), ("RoleSessionName", "me"), ("DurationSeconds", seconds));
        Assert.Equal(expiration, xml.Text("Expiration"));
    }

    [Theory]
    [InlineData("RoleArn", "", "ValidationError")]
    [InlineData("RoleArn", "arn:aws:iam::123456789012:user/Reader", "ValidationError")]
    [InlineData("RoleArn", "arn:aws:iam::12345678901:role/Reader", "ValidationError")]
    [InlineData("RoleArn", "arn:aws:iam::123456789012:role/a b", "ValidationError")]
    [InlineData("RoleArn", "arn:aws:sts::123456789012:role/Reader", "ValidationError")]
    [InlineData("RoleSessionName", "a", "ValidationError")]
    [InlineData("RoleSessionName", "a/b", "ValidationError")]
    [InlineData("RoleSessionName", "a b", "ValidationError")]
    [InlineData("DurationSeconds", "899", "ValidationError")]
    [InlineData("DurationSeconds", "43201", "ValidationError")]
    [InlineData("DurationSeconds", "long", "MalformedInput")]
    [InlineData("Policy", "{}", "InvalidParameterValue")]
    public async Task Bad_members_are_refused(string name, string value, string code)
    {
        var members = new Dictionary<string, string> { ["RoleArn"] = Role, ["RoleSessionName"] = "me", [name] = value };
        var (status, xml) = await bed.Call(FrontBed.Root, "AssumeRole", [.. members.Select(pair => (pair.Key, pair.Value))]);
        Assert.Equal((400, code), (status, xml.Text("Code")));
    }

    [Fact]
    public async Task Missing_members_are_named_together()
    {
        var (status, xml) = await bed.Call(FrontBed.Root, "AssumeRole");
        Assert.Equal(400, status);
        Assert.StartsWith("2 validation errors detected: Value null at 'roleArn'", xml.Text("Message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3600", 200)]
    [InlineData("3601", 400)]
    public async Task A_role_that_a_role_assumes_lasts_an_hour_at_most(string seconds, int status)
    {
        var (_, xml) = await bed.Call(FrontBed.Root, "AssumeRole", ("RoleArn", Role), ("RoleSessionName", "me"), ("DurationSeconds", "7200"));
        var chained = await bed.Call(Issued(xml), "AssumeRole", ("RoleArn", Role), ("RoleSessionName", "again"), ("DurationSeconds", seconds));
        Assert.Equal(status, chained.Status);
    }

    [Fact]
    public async Task A_session_stays_in_its_account()
    {
        var (_, xml) = await bed.Call(FrontBed.Root, "AssumeRole", ("RoleArn", Role), ("RoleSessionName", "me"));
        Assert.Equal(200, (await bed.Call(Issued(xml), "AssumeRole", ("RoleArn", Role), ("RoleSessionName", "again"))).Status);
        var (status, refusal) = await bed.Call(Issued(xml), "AssumeRole", ("RoleArn", "arn:aws:iam::999999999999:role/Reader"), ("RoleSessionName", "out"));
        Assert.Equal((403, "AccessDenied"), (status, refusal.Text("Code")));
    }
}
