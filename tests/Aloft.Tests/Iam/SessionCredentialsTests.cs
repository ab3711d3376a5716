using System.Security.Cryptography;
using Aloft.Platform.Iam;
using Aloft.Tests.Front;
using FsCheck;
using FsCheck.Fluent;

namespace Aloft.Tests.Iam;

public class SessionCredentialsTests
{
    const string Principal = "arn:aws:sts::123456789012:assumed-role/Reader/hello";

    static SessionCredentials With(byte key) => new(Enumerable.Repeat(key, 32).ToArray(), new FixedTime(FrontBed.Now));

    [Fact]
    public void What_was_issued_is_known_again_on_every_node_with_the_key()
    {
        var issued = With(1).Issue("123456789012", Principal, TimeSpan.FromMinutes(15));
        Assert.Equal(issued, With(1).Open(issued.Credentials.SessionToken!));
        Assert.Equal(("123456789012", Principal, FrontBed.Now.AddMinutes(15)), (issued.Account, issued.PrincipalArn, issued.Expires));
        Assert.Matches("^ASIA[A-Z2-7]{16}$", issued.Credentials.AccessKeyId);
        Assert.Equal(40, issued.Credentials.SecretAccessKey.Length);
        Assert.DoesNotContain(issued.Credentials.SecretAccessKey, issued.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_key_neither_opens_nor_derives_the_same()
    {
        var issued = With(1).Issue("123456789012", Principal, TimeSpan.FromMinutes(15)).Credentials;
        Assert.Null(With(2).Open(issued.SessionToken!));
        var other = With(2).Issue("123456789012", Principal, TimeSpan.FromMinutes(15)).Credentials;
        Assert.NotEqual(issued.SecretAccessKey, other.SecretAccessKey);
    }

    [Fact]
    public void A_token_with_any_byte_changed_is_not_opened()
    {
        var sessions = With(1);
        var token = Convert.FromBase64String(sessions.Issue("123456789012", Principal, TimeSpan.FromMinutes(15)).Credentials.SessionToken!);
        for (var i = 0; i < token.Length; i++)
        {
            token[i] ^= 1;
            Assert.Null(sessions.Open(Convert.ToBase64String(token)));
            token[i] ^= 1;
        }
        Assert.NotNull(sessions.Open(Convert.ToBase64String(token)));
    }

    [Fact]
    public void Foreign_tokens_are_not_opened()
    {
        var sessions = With(1);
        Prop.ForAll<byte[]>(bytes => sessions.Open(Convert.ToBase64String(bytes ?? [])) is null).QuickCheckThrowOnFailure();
        Prop.ForAll<string>(text => sessions.Open(text ?? "") is null).QuickCheckThrowOnFailure();
        Assert.Null(sessions.Open(new string('A', 100_000)));
        Assert.Null(sessions.Open(Convert.ToBase64String(RandomNumberGenerator.GetBytes(500))));
    }

    [Theory]
    [InlineData("arn:aws:iam::123456789012:role/Reader", "Reader")]
    [InlineData("arn:aws:iam::123456789012:role/service-role/a/Reader", "Reader")]
    [InlineData("Reader", "Reader")]
    [InlineData("arn:aws-cn:iam::123456789012:role/Reader", "Reader", "aws-cn")]
    public void A_functions_session_is_named_after_role_and_function(string role, string name, string partition = "aws") => Assert.Equal(
        $"arn:{partition}:sts::123456789012:assumed-role/{name}/f", With(1).IssueToFunction("123456789012", role, "f", TimeSpan.FromHours(1)).PrincipalArn);

    [Fact]
    public void A_short_key_or_a_bad_account_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new SessionCredentials(new byte[31], TimeProvider.System));
        Assert.Throws<ArgumentException>(() => With(1).Issue("12345678901x", Principal, TimeSpan.FromHours(1)));
    }
}
