using Aloft.Platform.Iam;
using Aloft.Tests.Front;

namespace Aloft.Tests.Iam;

public class GetCallerIdentityTests
{
    [Fact]
    public async Task The_root_is_its_account()
    {
        var (status, xml) = await new FrontBed(AuthMode.On).Call(FrontBed.Root, "GetCallerIdentity");
        Assert.Equal(200, status);
        Assert.Equal(("111122223333", "111122223333", "arn:aws:iam::111122223333:root"), (xml.Text("Account"), xml.Text("UserId"), xml.Text("Arn")));
    }

    [Fact]
    public async Task A_session_is_its_role_and_name()
    {
        var bed = new FrontBed(AuthMode.On);
        var session = bed.Sessions.IssueToFunction("123456789012", "arn:aws:iam::123456789012:role/Reader", "hello", TimeSpan.FromHours(1));
        var (status, xml) = await bed.Call(session.Credentials, "GetCallerIdentity");
        Assert.Equal(200, status);
        Assert.Equal(("123456789012", "arn:aws:sts::123456789012:assumed-role/Reader/hello"), (xml.Text("Account"), xml.Text("Arn")));
        Assert.Matches("^AROA[A-Z2-7]{17}:hello$", xml.Text("UserId"));
    }

    [Fact]
    public async Task Refusals_have_the_names_of_the_query_protocol()
    {
        var on = new FrontBed(AuthMode.On);
        Assert.Equal((403, "MissingAuthenticationToken"), Code(await on.Call(null, "GetCallerIdentity")));
        Assert.Equal((403, "InvalidClientTokenId"), Code(await on.Call(new("AKIAIOSFODNN7EXAMPLE", "x"), "GetCallerIdentity")));
        Assert.Equal((403, "SignatureDoesNotMatch"), Code(await on.Call(FrontBed.Root with { SecretAccessKey = "x" }, "GetCallerIdentity")));
    }

    static (int, string) Code((int Status, System.Xml.Linq.XElement Xml) answer) => (answer.Status, answer.Xml.Text("Code"));
}
